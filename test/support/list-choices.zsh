# Prints what an interactive zsh shows when it is asked to list the choices after a command line: zsh -f list-choices.zsh SCRIPT LINE
# The list stands between the line "mark:begin" and the line "mark:end", as the terminal got it.
zmodload zsh/zpty
typeset seen piece

# Reads from the terminal until a text has come, for ten seconds at most.
await () {
  integer tries
  seen=
  for (( tries = 0; tries < 500; tries++ )); do
    zpty -r -t terminal piece && seen+=$piece
    [[ $seen == *$1* ]] && return
    sleep 0.02
  done
  print -u 2 "zsh never said $1: ${(V)seen}"
  exit 1
}

zpty terminal "TERM=dumb zsh -f -i"
zpty -w terminal "stty cols 200 rows 200; unset zle_bracketed_paste; unsetopt prompt_cr prompt_sp; PS1="
zpty -w terminal "autoload -U compinit; compinit -u -D; source ${(q)1}"
# The separator is not a word that a description may have; the marks are not what was typed.
zpty -w terminal "LISTMAX=0; zstyle ':completion:*' list-separator '#'; bindkey '^X' list-choices; bindkey '^G' kill-buffer"
zpty -w terminal "print -r - mark':'ready"
await mark:ready
zpty -w -n terminal $'print -r - mark\':\'begin\n'
await mark:begin
zpty -w -n terminal "$2"$'\x18\x07'
zpty -w -n terminal $'print -r - mark\':\'end\n'
await mark:end
zpty -d terminal
print -r -- $seen
