# SPDX-License-Identifier: GPL-3.0-or-later
"""A balancer without affinity: deals the datagrams of a client out to local servers in turn.

    udpbalancer.py PORT SERVER-PORT...
"""
import select
import socket
import sys


def main():
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind(("0.0.0.0", int(sys.argv[1])))
    backs = []
    for port in sys.argv[2:]:
        back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        back.connect(("127.0.0.1", int(port)))
        backs.append(back)
    client, turn = None, 0
    while True:
        for ready in select.select([front] + backs, [], [])[0]:
            if ready is front:
                data, client = front.recvfrom(65535)
                backs[turn % len(backs)].send(data)
                turn += 1
            elif client:
                front.sendto(ready.recv(65535), client)


main()
