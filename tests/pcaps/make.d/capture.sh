# SPDX-License-Identifier: GPL-3.0-or-later
#
# A capture is registered with what it must show, then made by its recipe: a command, mostly a function of a theme,
# built from the steps below (record, serve, dial, settle). The wire is a veth pair of 1500 bytes without offloads:
# the server lives at this end, the client in a namespace of its own at the other.

out=$here
work=$CAPTURE_WORK
server4=192.0.2.10 server6=2001:db8::10
client4=192.0.2.20 client6=2001:db8::20

names=()
declare -A rule shows proof recipe suffix chapter_of

# chapter TITLE: what the captures registered from now on have in common.
chapter()
{
    chapter_title=$1
}

# capture NAME RULE SHOWS PROOF COMMAND...: register one. RULE is the id that must lead the verdict, "healthy" where no
# error may be found; where that takes options, "RULE with OPTIONS" in which @ is this folder and @keys its key log;
# PROOF is an extended regular expression over the lines of `story`, joined by " / ".
capture()
{
    local name=$1
    [ -n "$4" ] && [ $# -ge 5 ] || { printf '%s: no proof or no recipe\n' "$name" >&2; exit 2; }
    names+=("$name")
    rule[$name]=${2//@keys/@$name.keys} shows[$name]=$3 proof[$name]=$4
    chapter_of[$name]=$chapter_title
    suffix[$name]=${capture_suffix:-pcap}
    shift 4
    recipe[$name]=$(printf '%q ' "$@")
}

capture_file()
{
    printf '%s/%s.%s\n' "$out" "$1" "${suffix[$1]}"
}

list_captures()
{
    local name
    for name in "${names[@]}"; do
        printf '%-44s %s\n' "$name.${suffix[$name]}" "${rule[$name]}"
    done
}

missing_captures()
{
    local name
    for name in "${names[@]}"; do
        [ -e "$(capture_file "$name")" ] || printf '%s\n' "$name"
    done
}

matching_captures()
{
    local pattern name found
    for pattern in "$@"; do
        found=
        for name in "${names[@]}"; do
            # shellcheck disable=SC2053  # the pattern is meant as one
            if [[ $name == ${pattern%.@(pcap|pcapng|keys)} ]]; then
                printf '%s\n' "$name"
                found=1
            fi
        done
        [ "$found" ] || printf 'no capture is called %s\n' "$pattern" >&2
    done | awk '!seen[$0]++'
}

need_programs()
{
    local missing=() program package
    while read -r program package; do
        command -v "$program" >/dev/null || missing+=("$package")
    done <<'PROGRAMS'
openssl openssl
gcc gcc
gnutls-serv gnutls-bin
selfserv libnss3-tools
javac openjdk-17-jdk-headless
node nodejs
go golang-go
nginx nginx-light
haproxy haproxy
stunnel stunnel4
curl curl
python3 python3
tcpdump tcpdump
tshark tshark
editcap wireshark-common
ip iproute2
iptables iptables
ethtool ethtool
unshare util-linux
chromium chromium
apache2 apache2-bin
mitmdump mitmproxy
PROGRAMS
    [ ${#missing[@]} = 0 ] || { printf 'missing packages:%s\n' "$(printf ' %s' "${missing[@]}")" >&2; return 1; }
}

make_captures()
{
    local name failed=()
    need_programs
    make_wire
    make_pki
    for name in "$@"; do
        # Not in an || list: bash would ignore set -e in all that is called.
        set +e
        make_capture "$name"
        [ $? = 0 ] || failed+=("$name")
        set -e
    done
    write_readme
    [ ${#failed[@]} = 0 ] || { printf 'NOT made: %s\n' "${failed[*]}" >&2; return 1; }
}

make_capture()
{
    local name=$1 dir=$work/run/$1 ok=0
    mkdir -p "$dir"
    pcap=$dir/$name.${suffix[$name]} keys=$dir/$name.keys
    ( set -e; cd "$dir"; eval "${recipe[$name]}" ) >"$dir/recipe.log" 2>&1
    [ $? = 0 ] || ok=1
    (cd "$dir" && end_servers && { [ ! -e tcpdump.pid ] || kill "$(<tcpdump.pid)" 2>/dev/null; }) || true
    tidy_keys "$keys"
    [ "$ok" = 0 ] && prove "$name" "$pcap" "$keys" || ok=1
    if [ "$ok" = 0 ]; then
        mv "$pcap" "$out/"
        rm -f "$out/$name.keys"
        [ ! -e "$keys" ] || mv "$keys" "$out/"
        rm -rf "$dir"
    else
        printf '%s: failed\n' "$name" >&2
        [ -z "${CAPTURE_DEBUG:-}" ] || cp -r "$dir" "$CAPTURE_DEBUG/"
    fi
    return "$ok"
}

# prove NAME FILE KEYLOG: does the capture show what it must?
prove()
{
    local name=$1 file=$2 keylog=$3 told
    [ -e "$file" ] || { printf '%s: no capture\n' "$name" >&2; return 1; }
    [ -e "$keylog" ] || keylog=
    told=$("$here/story" "$file" $keylog) || return 1
    if [[ ${told//$'\n'/ / } =~ ${proof[$name]} ]]; then
        printf '%-44s %6d bytes\n' "$name" "$(stat -c %s "$file")"
    else
        printf '%s: does not show what it must:\n  want %s\n  is   %s\n' \
            "$name" "${proof[$name]}" "${told//$'\n'/$'\n'       }" >&2
        return 1
    fi
}

check_captures()
{
    local name bad=0
    [ $# -gt 0 ] || set -- '*'
    for name in $(matching_captures "$@"); do
        prove "$name" "$(capture_file "$name")" "$out/$name.keys" || bad=1
    done
    return $bad
}

tidy_keys()
{
    [ -e "$1" ] || return 0
    grep -E '^[A-Z0-9_]+ [0-9a-fA-F]+ [0-9a-fA-F]+$' "$1" | sort -u >"$1.tidy" || true
    mv "$1.tidy" "$1"
    [ -s "$1" ] || rm "$1"
}

# Where client and server live.

make_wire()
{
    cp /etc/hosts "$work/hosts"
    mount --bind "$work/hosts" /etc/hosts
    unshare --net sleep infinity &
    client_holder=$!
    sleep 0.2
    ip link set lo up
    ip link add wire type veth peer name wire netns "$client_holder"
    wire_end "$server4" "$server6"
    client_side ip link set lo up
    client_side bash -c "$(declare -f wire_end); wire_end $client4 $client6"
    sleep 0.2
}

wire_end()
{
    # Whole packets of at most 1500 bytes with true checksums, as between two machines.
    ethtool -K wire tx off tso off gso off gro off >/dev/null
    ip address add "$1/24" dev wire
    ip -6 address add "$2/64" dev wire nodad
    ip link set wire up
}

client_side()
{
    nsenter --target "$client_holder" --net -- "$@"
}

server_side()
{
    "$@"
}

# resolve ADDRESS: where the name server.test leads from now on.
resolve()
{
    printf '127.0.0.1 localhost\n::1 localhost\n%s server.test\n' "$1" >/etc/hosts
}

# Steps of a recipe.

port=443

# record [INTERFACE [FILTER [TCPDUMP-OPTION...]]]: start to capture, at the client's end where $capture_place says so.
record()
{
    local interface=${1:-wire} filter=${2:-tcp port $port} place=()
    [ "${capture_place:-server_side}" = server_side ] || place=(nsenter --target "$client_holder" --net --)
    [ $# -lt 2 ] && shift $# || shift 2
    resolve "${server_address:-$server4}"
    # The buffer: in immediate mode the default one holds no more than eight packets.
    # shellcheck disable=SC2086
    "${place[@]}" tcpdump -Z root -n -U --immediate-mode -B 65536 -i "$interface" -w "$pcap" "$@" $filter 2>tcpdump.log &
    printf '%s\n' $! >tcpdump.pid
    await_line 'listening on' tcpdump.log
}

# settle [SECONDS]: let the last packets come, then end the capture.
settle()
{
    sleep "${1:-0.4}"
    kill -INT "$(<tcpdump.pid)"
    wait "$(<tcpdump.pid)" || true
    grep -q '^0 packets dropped by kernel' tcpdump.log
}

# background LOG COMMAND...: a server; make_capture ends it.
background()
{
    local log=$1
    shift
    setsid "$@" >"$log" 2>&1 </dev/null &
    printf '%s\n' $! >>background.pids
}

# say LINES: each at its time, as in "1:R 2:Q" (the line R after one second, Q two seconds later).
say()
{
    local line
    for line in $1; do
        sleep "${line%%:*}"
        printf '%s\n' "${line#*:}"
    done
}

# background_fed LOG LINES COMMAND...: a server that is told these lines and whose standard input then stays open.
background_fed()
{
    local log=$1 lines=$2
    shift 2
    # shellcheck disable=SC2016
    background "$log" bash -c "$(declare -f say)"'; { say "$0"; sleep 60; } | "$@"' "$lines" "$@"
}

end_servers()
{
    local pid
    [ -e background.pids ] || return 0
    while read -r pid; do
        kill -KILL -- "-$pid" 2>/dev/null || true
    done <background.pids
    wait_until port_free || true
}

port_free()
{
    ! port_in_use
}

port_in_use()
{
    [ -n "$(ss -Hltn "sport = :${port}")" ]
}

await_server()
{
    wait_until port_in_use
}

await_line()
{
    wait_until grep -q -- "$1" "$2"
}

wait_until()
{
    local tries=100
    until eval "${*@Q}" 2>/dev/null; do
        [ $((tries -= 1)) -gt 0 ] || { printf 'waited in vain: %s\n' "$*" >&2; return 1; }
        sleep 0.1
    done
}

# pair SERVER CLIENT: the usual recipe, each a command line.
pair()
{
    record
    eval "serve_$1"
    await_server
    eval "dial_$2" || true
    settle
}

# keyed_at_server "VERSIONS MODE..." CLIENT: the pair with an OpenSSL server that logs the keys, for clients that cannot.
keyed_at_server()
{
    pair "openssl $1 -keylogfile $keys" "$2"
}

# with NAME=VALUE... COMMAND...: a recipe with other settings.
with()
{
    while [[ $1 == *=* ]]; do
        printf -v "${1%%=*}" '%s' "${1#*=}"
        shift
    done
    "$@"
}

write_readme()
{
    local name title=
    {
        sed "s/@VERSIONS@/$(stack_versions)/" "$here/make.d/readme.head"
        for name in "${names[@]}"; do
            [ -e "$(capture_file "$name")" ] || continue
            [ "${chapter_of[$name]}" = "$title" ] || printf '\n## %s\n\n' "${chapter_of[$name]}"
            title=${chapter_of[$name]}
            printf -- '- `%s.%s`: %s; %s.\n' "$name" "${suffix[$name]}" "$(rule_text "${rule[$name]}")" "${shows[$name]}"
        done
    } >"$work/README"
    mv "$work/README" "$out/README"
}

rule_text()
{
    case $1 in
    *' with '*) printf '%s with `%s`\n' "${1%% with *}" "${1#* with }" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

stack_versions()
{
    printf 'OpenSSL %s, GnuTLS %s, NSS %s, JDK %s, Node %s, Go %s,\\n' \
        "$(openssl version | cut -d' ' -f2)" "$(gnutls-serv --version | sed -n '1s/.* //p')" \
        "$(dpkg-query -W -f '${source:Upstream-Version}' libnss3-tools)" \
        "$(java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')" "$(node --version | tr -d v)" \
        "$(go version | sed 's/.*go\([0-9.]*\) .*/\1/')"
    printf 'nginx %s, HAProxy %s, stunnel %s, Apache %s, curl %s, Chromium %s' "$(nginx -v 2>&1 | sed 's,.*/,,')" \
        "$(haproxy -v | sed -n '1s/HAProxy version \([0-9.]*\).*/\1/p')" \
        "$(stunnel -version 2>&1 | sed -n '1,/stunnel [0-9]/s/.*stunnel \([0-9.]*\) .*/\1/p')" \
        "$(apache2 -v | sed -n '1s,.*Apache/\([0-9.]*\).*,\1,p')" \
        "$(curl --version | sed -n '1s/curl \([0-9.]*\).*/\1/p')" \
        "$(chromium --version 2>/dev/null | sed -n 's/^Chromium \([0-9.]*\).*/\1/p')"
}
