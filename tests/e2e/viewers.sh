#!/bin/bash
# Programs that show reports: which one is started, with what, and what is left
# of it afterwards. The programs are scripts of ours that note what they get.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/viewers.sh PPROF MISBEHAVE" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/profiles.bash"
. "$here/checks.bash"
start "$@"

write_profile good.pb.gz 1
mkdir programs temporary
export TMPDIR=$PWD/temporary
unset DISPLAY BROWSER
notes=$PWD/notes
system=$PATH

# program NAME [STATUS]: notes its words, and how its file begins.
program() {
	cat >"programs/$1" <<-PROGRAM
		#!$BASH
		printf '%s' "${1##*/}" >>"$notes"
		printf ' [%s]' "\$@" >>"$notes"
		read -r line <"\${!#}"
		printf ' %s\n' "\${line:0:9}" >>"$notes"
		exit ${2:-0}
	PROGRAM
	chmod +x "programs/$1"
}

# shows ARGUMENT...: run with only those programs in $PATH.
shows() {
	rm -f "$notes"
	as=(env "PATH=$PWD/programs")
	run "$@"
	as=()
}
noted() { grep -qxF -e "$1" "$notes"; }
says() { grep -qF -e "$1" stderr; }
nothing_left() { test -z "$(ls -A temporary)"; }

shows -web good.pb.gz
check 'no browser: status 2' test "$status" = 2
check 'says what was tried, and what to do' says \
	'pprof: no program to show it was found: tried chrome, google-chrome, chromium, firefox, sensible-browser; -svg -output FILE writes it into a file'
check 'leaves no file' nothing_left
shows -weblist main good.pb.gz
check 'likewise' says '; -weblist -output FILE writes it into a file'

program firefox
shows -web good.pb.gz
check 'a browser of the list' noted "firefox [$TMPDIR/pprof001.svg] <?xml ver"
check 'status 0' test "$status" = 0
check 'takes the file away' nothing_left
check 'says nothing' test ! -s stderr

program chromium
shows -web good.pb.gz
check 'the first of the list' noted "chromium [$TMPDIR/pprof001.svg] <?xml ver"

program mine
BROWSER='mine --new  window' shows -web good.pb.gz
check '$BROWSER comes first, with its words' noted \
	"mine [--new] [window] [$TMPDIR/pprof001.svg] <?xml ver"
BROWSER=nobody shows -web good.pb.gz
check 'and need not be there' noted \
	"chromium [$TMPDIR/pprof001.svg] <?xml ver"
program mine 3
BROWSER=mine shows -web good.pb.gz
check 'one that fails: status 2' test "$status" = 2
check 'says so' says 'pprof: mine: exit status 3'

shows -weblist main good.pb.gz
check '-weblist: a page in a browser' noted \
	"chromium [$TMPDIR/pprof001.html] <!DOCTYPE"
check 'and nothing is left' nothing_left

rm programs/*
program xdg-open
DISPLAY=:0 shows -web good.pb.gz
check 'xdg-open where there is a desktop' noted \
	"xdg-open [$TMPDIR/pprof001.svg] <?xml ver"

for name in eog evince gv kcachegrind; do program "$name"; done
shows -eog good.pb.gz
check '-eog: an SVG' noted "eog [$TMPDIR/pprof001.svg] <?xml ver"
shows -evince good.pb.gz
check '-evince: a PDF' bash -c "grep -qF 'evince [$TMPDIR/pprof001.pdf] %PDF-1.' '$notes'"
shows -gv good.pb.gz
check '-gv: PostScript' noted \
	"gv [--noantialias] [$TMPDIR/pprof001.ps] %!PS-Adob"
shows -kcachegrind good.pb.gz
check '-kcachegrind' noted "kcachegrind [$TMPDIR/pprof001.grind] positions"
touch temporary/pprof001.svg
shows -eog good.pb.gz
check 'a name that is taken is left alone' noted \
	"eog [$TMPDIR/pprof002.svg] <?xml ver"
check 'really' test -f temporary/pprof001.svg
rm temporary/pprof001.svg

shows -web -output out.svg good.pb.gz
check '-output: no program is needed' test -s out.svg
check 'and none is started' test ! -e "$notes"

# A wrapper that is gone before the program behind it has read the file.
cat >programs/eog <<PROGRAM
#!$BASH
PATH=$system
(sleep 0.5; head -c 5 "\$1" >"$notes.late") &
PROGRAM
chmod +x programs/eog
shows -eog good.pb.gz
check 'the file stays for a second' test "$(<"$notes.late")" = '<?xml'
check 'and no longer' nothing_left

finish
