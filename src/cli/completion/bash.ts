/**
 * For bash 3.2, which macOS has, and newer. bash takes `:` and `=` for the end of a word, so what
 * stands around them is put together again, and of each answer the part that bash has already is cut
 * off. Quotes are taken away and not looked into: nothing of the line is run.
 */
export const script = `# bash completion for aisopod
_aisopod() {
  local cur prefix line word i
  local -a words=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]//[\\"\\'\\\\]/}
    if ((\${#words[@]} > 0)) && [[ \${COMP_WORDS[i]} == [:=]* || \${COMP_WORDS[i - 1]} == *[:=] ]] &&
      _aisopod_joined "$i"; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  cur=\${words[\${#words[@]} - 1]}
  prefix=
  [[ $cur == *[:=]* && $COMP_WORDBREAKS == *:* ]] && prefix=\${cur%"\${cur##*[:=]}"}
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    printf -v line %q "\${line#"$prefix"}"
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
}

# Whether no blank stands before word $1 of the line.
_aisopod_joined() {
  local rest=$COMP_LINE i
  for ((i = 0; i < $1; i++)); do
    rest=\${rest#*"\${COMP_WORDS[i]}"}
    ((i + 1 < $1)) && rest=\${rest#"\${rest%%[![:space:]]*}"}
  done
  [[ $rest != [[:space:]]* ]]
}

complete -o default -F _aisopod aisopod
`;
