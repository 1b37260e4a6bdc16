# SPDX-License-Identifier: BSD-3-Clause
# Completion of turnpikectl for bash. What may stand where, turnpikectl itself says: of the daemon that
# runs, or, for menus and properties, as it was built.
_turnpikectl()
{
	local answer word=${COMP_WORDS[COMP_CWORD]} stem=0 before candidate

	COMPREPLY=()
	# bash takes = and : for words of their own.
	[[ $word == [=:] ]] && word=
	mapfile -t answer < <("${COMP_WORDS[0]}" --complete "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
	((${#answer[@]} > 0)) || return 0
	stem=${answer[0]}
	((stem > ${#word})) && stem=${#word}
	before=${word:0:${#word}-stem}
	for candidate in "${answer[@]:1}"; do
		COMPREPLY+=("$before$candidate")
	done
}
complete -o default -o nospace -F _turnpikectl turnpikectl
