# SPDX-License-Identifier: GPL-3.0-or-later
#
# Captures derived from others by tools that change files, not connections. Their source is made first where it is missing.

source_capture()
{
    [ -e "$out/$1.pcap" ] || { printf '%s: to be derived from %s, which is not there\n' "$pcap" "$1"; return 1; }
    [ ! -e "$out/$1.keys" ] || cp "$out/$1.keys" "$keys"
    printf '%s\n' "$out/$1.pcap"
}

# relink SOURCE FORM: by relink.py; the key log comes along.
relink()
{
    python3 "$here/relink.py" "$2" "$(source_capture "$1")" "$pcap"
}

# only SOURCE BPF: the packets that match.
only()
{
    tcpdump -Z root -n -r "$(source_capture "$1")" -w "$pcap" "$2"
}

# snapped SOURCE BYTES: every packet cut.
snapped()
{
    editcap -F pcap -s "$2" "$(source_capture "$1")" "$pcap"
}

# frames FILE DISPLAY-FILTER: the numbers of the packets that match.
frames()
{
    tshark -n -r "$1" -Y "$2" -T fields -e frame.number 2>/dev/null
}

# without SOURCE DISPLAY-FILTER [LINE]: without the packets that match, or without the one on that line of them.
without()
{
    local file numbers
    file=$(source_capture "$1")
    numbers=$(frames "$file" "$2" | sed -n "${3:-1,\$}p")
    [ -n "$numbers" ]
    # shellcheck disable=SC2086
    editcap -F pcap "$file" "$pcap" $numbers
}

# from_packet SOURCE DISPLAY-FILTER: from the first packet that matches.
from_packet()
{
    local file
    file=$(source_capture "$1")
    editcap -F pcap -r "$file" "$pcap" "$(frames "$file" "$2" | head -n 1)-99999"
}

# until_packet SOURCE DISPLAY-FILTER: up to the first packet that matches, which is the last.
until_packet()
{
    local file
    file=$(source_capture "$1")
    editcap -F pcap -r "$file" "$pcap" "1-$(frames "$file" "$2" | head -n 1)"
}

# cut_file SOURCE BYTES: the first BYTES of the file, or all but the last when BYTES is negative.
cut_file()
{
    head -c "$2" "$(source_capture "$1")" >"$pcap"
}

# cut_data SOURCE: what follows the client's first application data is cut.
cut_data()
{
    local file last
    file=$(source_capture "$1")
    last=$(tshark -n -r "$file" -o "tls.keylog_file:$keys" -Y 'tls.app_data && tcp.dstport == 443' -T fields -e frame.number |
        tail -n 1)
    editcap -F pcap -r "$file" head.pcap "1-$last"
    editcap -F pcap -r "$file" tail.pcap "$((last + 1))-99999"
    editcap -F pcap -s 80 tail.pcap cut.pcap
    mergecap -F pcap -a -w "$pcap" head.pcap cut.pcap
}
