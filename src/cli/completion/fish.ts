/** For fish 3 and newer. */
export const script = `# fish completion for aisopod
function __aisopod_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (command $words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c aisopod -f -k -a '(__aisopod_complete)'
`;
