/** For zsh, as a function of $fpath or by eval. */
export const script = `#compdef aisopod
_aisopod() {
  local -a lines described
  local line
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    [[ -n $line ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#described} )); then
    _describe -V aisopod described
  else
    _files
  fi
}
if [[ $funcstack[1] == _aisopod ]]; then
  _aisopod "$@"
else
  compdef _aisopod aisopod
fi
`;
