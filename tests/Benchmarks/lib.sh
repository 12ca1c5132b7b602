# shellcheck shell=bash
# What the benchmarks say beside the stories' words. Every number is a median, printed beside one that was taken in the same run; none can fail.
BENCHMARKS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../Stories/lib.sh
source "$BENCHMARKS/../Stories/lib.sh"
RUNS=${RUNS:-5}

measure() { python3 "$BENCHMARKS/measure.py" "$@"; }

# row "what" VALUE UNIT LIMIT "beside what" VALUE: one line of the table; the ratio is of the two values. LIMIT may be -.
row() {
    awk -v what="$1" -v value="$2" -v unit="$3" -v limit="$4" -v beside="$5" -v other="$6" 'BEGIN {
        printf "%-58s %9.1f %-2s  mark %-5s  %5.2f x  %s (%.1f %s)\n", what, value, unit, limit, (other > 0 ? value / other : 0), beside, other, unit }'
}

# now: milliseconds of the clock.
now() { echo $(($(date +%s%N) / 1000000)); }

# median NUMBER...
median() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# memory PID FIELD: MB of a living process: Anonymous, Rss (smaps_rollup) or VmHWM (the most that was ever resident).
memory() { cat "/proc/$1/smaps_rollup" "/proc/$1/status" | awk -v field="$2:" '$1 == field { print $2 / 1024; exit }'; }

# rests PID: it has used no processor for a second; what it had to do is done.
rests() {
    local before after
    before=$(ticks "$1")
    sleep 1
    after=$(ticks "$1")
    [[ -n $before && $before == "$after" ]]
}
ticks() { local f; read -ra f < "/proc/$1/stat" && echo $((f[13] + f[14])); }

# defaults NAME: the times of vault.toml instead of the stories' short ones.
defaults() { setting "$1" interval '"5m"'; setting "$1" debounce '"2s"'; setting "$1" poll '"1m"'; setting "$1" settle '"3s"'; }
