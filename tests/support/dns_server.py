"""A name server for tests: answers TXT questions from a file with a name and a text a line, and anything else with
NXDOMAIN. Usage: dns_server.py RECORDS PORT_FILE"""
import socket
import struct
import sys

records, port_file = sys.argv[1:3]
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
with open(port_file, "w") as file:
    file.write(str(server.getsockname()[1]))
print("ready", file=sys.stderr, flush=True)


def question(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels).lower(), message[12 : at + 5]


def texts_of(name):
    with open(records) as file:
        return [text for line in file for owner, text in [line.rstrip("\n").split(" ", 1)] if owner == name]


while True:
    message, client = server.recvfrom(4096)
    name, asked = question(message)
    texts = texts_of(name)
    answer = message[:2] + struct.pack(">HHHHH", 0x8180 if texts else 0x8183, 1, len(texts), 0, 0) + asked
    for text in texts:
        # In two strings, as long texts are.
        parts = [text[:10].encode(), text[10:].encode()]
        data = b"".join(bytes([len(part)]) + part for part in parts)
        answer += b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data
    server.sendto(answer, client)
