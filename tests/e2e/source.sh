#!/bin/bash
# Source and machine code of programs in C and C++ that are built and profiled
# here: whatever -list, -disasm and -weblist show of a function adds up to what
# -top says of it; and of source and programs that are not there it is said
# where they were looked for.
#
# usage: tests/e2e/source.sh BUILD_DIR
set -euo pipefail

if [[ $# != 1 ]]; then
	echo 'usage: tests/e2e/source.sh BUILD_DIR' >&2
	exit 2
fi
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/programs.bash"
start "$1"
mkdir source

# Texts, not expressions: most are of C.
has() { grep -qF -- "$2" "$1" || { sed 's/^/    /' "$1" | tail -30 >&2; return 1; }; }
lacks() { ! grep -F -- "$2" "$1" >&2; }
equal() { [[ -n $1 && $1 = "$2" ]] || { echo "    $1, not $2" >&2; return 1; }; }

# ---- the programs -----------------------------------------------------------

cat >source/c.c <<'C'
static inline unsigned mix(unsigned x)
{
	x ^= x >> 3;
	return x * 2654435761u;
}

__attribute__((noinline)) unsigned work(unsigned n)
{
	unsigned sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += mix(mix(i)) / (sum | 1);
	return sum;
}

__attribute__((noinline)) unsigned call(unsigned n)
{
	unsigned sum = work(n) + 1;
	for (unsigned i = 0; i < n; i++)
		sum = sum / (i | 1) + 3 * i;
	return sum;
}

int main(void)
{
	unsigned sum = 0;
	for (int i = 0; i < 30; i++)
		sum += call(2000000 + i);
	return sum == 1;
}
C
cat >source/cc.cc <<'CC'
namespace shapes {
template <class T> struct Grid {
	T cells[64];
	T &at(unsigned i) { return cells[i % 64]; }
	__attribute__((noinline)) T sum(unsigned n);
};

template <class T> T Grid<T>::sum(unsigned n)
{
	T total = 0;
	for (unsigned i = 0; i < n; i++)
		total += at(i) / (at(i + 1) | 1) + (total >> 1);
	return total;
}
} // namespace shapes

int main()
{
	static shapes::Grid<int> ints;
	static shapes::Grid<long> longs;
	long sum = 0;
	for (int i = 0; i < 30; i++)
		sum += ints.sum(1500000 + i) + longs.sum(1500000 + i);
	return sum == 1;
}
CC
gcc -O2 -g -o c source/c.c
g++ -O2 -g -o cc source/cc.cc
for name in c cc; do
	for how in lines 0; do
		PPROF_CPUPROFILE=$name.$how PPROF_CPUPROFILERATE=1000 \
			PPROF_SYMBOLIZE=$how LD_PRELOAD=$library "./$name"
	done
done

# ---- sums --------------------------------------------------------------------

count=(-sample_index=samples)

# top_of COLUMN FUNCTION [FLAG...]: 1 is flat, 4 is cum.
top_of() {
	local column=$1 function=$2
	shift 2
	"$pprof" -top -nodefraction=0 -nodecount=0 "${count[@]}" "$@" "$profile" \
		2>/dev/null | awk -v column="$column" -v wanted="$function" '{
			name = $6
			for (i = 7; i <= NF && $i != "(inline)"; i++)
				name = name " " $i
			if (name == wanted)
				print $column
		}'
}

# Sums of a column of what "list" and "disasm" print, and what they call it.
sums() {
	awk '/^ROUTINE/ { getline; print "flat", $1, "cum", $2; next }
		/^ *[0-9.]+ +[0-9.]+ +[0-9a-f]+:/ { flat += $1; cum += $2 }
		END { print "sum", flat + 0 }' "$1"
}

# "FUNCTION FLAT CUM" of each in a page; and the flat of all its instructions.
page_totals() {
	python3 - "$1" <<'PYTHON'
import html, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
for name, listing in re.findall(r"<h2[^>]*>(.*?)</h2>.*?<pre>(.*?)</pre>",
                                page, re.S):
    flat, cum = re.search(r"Total: +(\S+) +(\S+) \(flat", listing).groups()
    text = re.sub(r"<[^>]*>", "\n", listing)
    code = {address: int(flat) for flat, address in re.findall(
        r"^ +([0-9]+) +[0-9.]+ +([0-9a-f]+): ", text, re.M)}
    print(html.unescape(name), flat, cum, sum(code.values()), sep="\t")
PYTHON
}

# check_function FUNCTION PATTERN: all reports say the same of it.
check_function() {
	local function=$1 pattern=$2
	local flat cum own
	flat=$(top_of 1 "$function") cum=$(top_of 4 "$function")
	own=$(top_of 1 "$function" -noinlines)

	"$pprof" -list="$pattern" "${count[@]}" "$profile" >list 2>err || true
	check "$profile: -list of $function" \
		equal "$(sums list)" "flat $flat cum $cum"$'\n'"sum $flat"

	"$pprof" -disasm="$pattern" "${count[@]}" "$profile" >disasm 2>err || true
	check "$profile: -disasm of $function" \
		equal "$(sums disasm)" "flat $own cum $cum"$'\n'"sum $own"

	"$pprof" -weblist="$pattern" -output=page "${count[@]}" "$profile" 2>err || true
	check "$profile: -weblist of $function" equal "$(page_totals page)" \
		"$function"$'\t'"$own"$'\t'"$cum"$'\t'"$own"
	check "$profile: -weblist of $function: no warnings" \
		equal "$(<err)" 'Generating report in page'
}

for profile in c.lines c.0; do
	check_function work '^work$'
	check_function call '^call$'
done
for profile in cc.lines cc.0; do
	# Without arguments of templates both are called the same.
	"$pprof" -symbolize=demangle=full -weblist='Grid<int>::sum' -output=page \
		"${count[@]}" "$profile" 2>err || true
	check "$profile: a template" has page '>shapes::Grid&lt;int&gt;::sum(unsigned int)</h2>'
	check "$profile: no other one" lacks page '&lt;long&gt;'
	"$pprof" -weblist='Grid::sum$' -output=page "${count[@]}" "$profile" 2>err || true
	own=$(top_of 1 'shapes::Grid::sum' -noinlines)
	cum=$(top_of 4 'shapes::Grid::sum')
	check "$profile: -weblist of both" equal "$(page_totals page)" \
		'shapes::Grid::sum'$'\t'"$own"$'\t'"$cum"$'\t'"$own"
done

# ---- what is shown -------------------------------------------------------------

profile=c.lines
"$pprof" -weblist='^work$' -output=page "$profile" 2>err
check 'inlined calls' has page '<span class="inlinesrc">'
check 'with their source' has page 'return x * 2654435761u;'
"$pprof" -weblist='^mix$' -output=page "$profile" 2>err
check 'an inlined function itself' has page '<h2 id="f0">mix</h2>'
check 'which calls are not' lacks page '<h2 id="f1">'
"$pprof" -weblist='c\.c$' -output=page "$profile" 2>err
check 'a file: all its functions' has page '>call</h2>'
check 'with an index' has page '<nav>'

# ---- what is not there ----------------------------------------------------------

mv source elsewhere
for report in list weblist; do
	"$pprof" "-$report=^work\$" -output=out "$profile" 2>err
	check "-$report without source says where it was looked for" has out \
		"could not find file source/c.c on path $work"
	"$pprof" "-$report=^work\$" -trim_path="$work/source" -output=out \
		-source_path=/nowhere:/nobody "$profile" 2>err
	check "-$report says where it was told to look" has out \
		'could not find file c.c on path /nowhere:/nobody'
	"$pprof" "-$report=^work\$" -trim_path="$work/source" -output=out \
		-source_path="$work/elsewhere" "$profile" 2>err
	check "-$report finds it elsewhere" has out 'mix(mix(i))'
done

mv c moved
"$pprof" -weblist='^work$' -output=page -source_path=elsewhere \
	-trim_path="$work/source" "$profile" 2>err
check '-weblist without the program says so' has err "No machine code of $work/c: "
check 'and has the source' has page 'mix(mix(i))'
check 'and its samples' equal "$(page_totals page | cut -f1)" work
cp cc c
"$pprof" -weblist='^work$' -output=page -source_path=elsewhere \
	-trim_path="$work/source" "$profile" 2>err
check 'another program is not taken for it' has err "No machine code of $work/c: "
"$pprof" -disasm='^work$' "$profile" >out 2>err && status=0 || status=$?
check 'nor does -disasm take it' equal "$status" 2
check 'which says so' has err "build ID mismatch: $work/c has "
rm c
"$pprof" -weblist='^nobody$' -output=page "$profile" 2>err && status=0 || status=$?
check 'no match: status 2' equal "$status" 2
check 'no match: says so' has err 'no matches found for regexp: ^nobody$'

finish
