import { UsageError } from '../../protocol/command-line.ts'

/** The words are taken from the line: bash breaks them at colons and equal signs, which endpoints and flags have. */
const bash = `# bash completion of circusctl. Load it with: source <(circusctl completion bash)
_circusctl() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(circusctl complete bash "\${COMP_LINE:0:COMP_POINT}" "\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)
}
complete -F _circusctl circusctl`

const zsh = `#compdef circusctl
# zsh completion of circusctl. Load it with: source <(circusctl completion zsh)
_circusctl() {
  local -a candidates
  local line text
  while IFS= read -r line; do
    text=\${line%%$'\\t'*}
    if [[ $line == *$'\\t'* ]]; then
      candidates+=("\${text//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${text//:/\\\\:}")
    fi
  done < <(circusctl complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  _describe circusctl candidates
}
compdef _circusctl circusctl`

const fish = `# fish completion of circusctl. Load it with: circusctl completion fish | source
function __circusctl_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    circusctl complete fish $words[2..-1] (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --command circusctl --no-files --arguments '(__circusctl_complete)'`

const scripts: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])

/** What `source` takes. @throws {UsageError} If there is no script for the shell. */
export function completionScript(shell: string): string {
  const script = scripts.get(shell)
  if (script !== undefined) return script
  throw new UsageError(
    `Cannot complete in "${shell}": must be one of ${[...scripts.keys()].join(', ')}`,
  )
}
