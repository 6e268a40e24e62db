"""An SMTP server on 127.0.0.1 that keeps what it is given and misbehaves as it is told to.

Its port is its first line of output. It ends with its standard input; the line `cure` there ends all faults, and is
answered. The faults are those of the options; VERB is a command of SMTP, CONNECT for the greeting, or END for the
answer to a message.
"""
import argparse
import asyncio
import json
import os
import re
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

options = None
replies = {}  # verb: [text, how many times more; None: always]
hanging = set()
connections = 0
taken = 0


def reply_to(verb):
    fault = replies.get(verb)
    if fault is None or fault[1] == 0:
        return None
    if fault[1] is not None:
        fault[1] -= 1
    return fault[0]


async def maybe_hang(verb):
    if verb in hanging and taken >= options.hang_after:
        open(os.path.join(options.folder, "hangs.new"), "w").close()
        await asyncio.Event().wait()


class Server(SMTP):
    number = None
    messages = 0

    def connection_made(self, transport):
        global connections
        if self.number is None:  # after STARTTLS it is made once more
            connections += 1
            self.number = connections
            for verb, method in list(self._smtp_methods.items()):
                self._smtp_methods[verb] = self.with_faults(verb, method)
        super().connection_made(transport)

    async def _handle_client(self):
        await maybe_hang("CONNECT")
        refusal = reply_to("CONNECT")
        if refusal is None:
            await super()._handle_client()
        else:
            await self.close_with(refusal)

    def with_faults(self, verb, method):
        async def answer(argument):
            await maybe_hang(verb)
            if verb == "MAIL" and options.close_after and self.messages >= options.close_after:
                return await self.close_with("421 4.7.0 too many messages on one connection")
            if verb == "MAIL" and options.drop_after and self.messages >= options.drop_after:
                return self.transport.close()
            if verb == "RCPT" and options.drop_at and options.drop_at in argument:
                return self.transport.close()
            refusal = reply_to(verb)
            if refusal is None:
                return await method(argument)
            if refusal.startswith("421"):
                return await self.close_with(refusal)
            await self.push(refusal)

        return answer

    async def push(self, status):
        if not (options.no_auth and str(status).startswith("250-AUTH")):
            await super().push(status)

    async def close_with(self, text):
        await self.push(text)
        self.transport.close()


class Handler:
    async def handle_DATA(self, server, session, envelope):
        await maybe_hang("END")
        refusal = reply_to("END")
        if refusal is not None:
            return refusal
        keep(server.number, envelope)
        server.messages += 1
        await asyncio.sleep(options.slow)
        if options.drop_after_data:
            server.transport.abort()
        return "250 2.0.0 taken"


def keep(connection, envelope):
    global taken
    taken += 1
    head = {"mail_from": envelope.mail_from, "rcpt_tos": envelope.rcpt_tos, "connection": connection}
    path = os.path.join(options.folder, "%06d" % taken)
    with open(path + ".new", "wb") as file:
        file.write(json.dumps(head).encode() + b"\n" + envelope.original_content)
    os.rename(path + ".new", path)


def authenticate(server, session, envelope, mechanism, data):
    user, password = options.auth.encode().split(b":", 1)
    right = (data.login, data.password) == (user, password)
    return AuthResult(success=True) if right else AuthResult(success=False, handled=False)


def serve():
    certificate = options.starttls or options.implicit_tls
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    starttls = context if options.starttls else None
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def connect():
        return Server(Handler(), hostname="mail.test", loop=loop, tls_context=starttls,
                      require_starttls=starttls is not None, auth_required=options.auth is not None,
                      auth_require_tls=starttls is not None, auth_callback=None,
                      authenticator=authenticate if options.auth else None)

    server = loop.run_until_complete(
        loop.create_server(connect, "127.0.0.1", 0, ssl=context if options.implicit_tls else None))
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.run_forever()


def cure():
    replies.clear()
    hanging.clear()
    options.drop_after_data = False
    options.close_after = 0
    options.drop_after = 0
    options.drop_at = None


def obey():
    for line in sys.stdin:
        if line.strip() == "cure":
            cure()
            print("cured", flush=True)
    os._exit(0)


def read_options():
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--starttls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--implicit-tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--auth", metavar="USER:PASSWORD")
    parser.add_argument("--reply", action="append", default=[], metavar="VERB=TEXT[ xN]")
    parser.add_argument("--hang", action="append", default=[], metavar="VERB")
    parser.add_argument("--hang-after", type=int, default=0, metavar="N", help="messages that are taken first")
    parser.add_argument("--no-auth", action="store_true", help="does not offer to authenticate")
    parser.add_argument("--slow", type=float, default=0, metavar="SECONDS", help="between a message and the answer")
    parser.add_argument("--drop-after-data", action="store_true")
    parser.add_argument("--drop-after", type=int, default=0, metavar="N", help="messages; then it closes without a word")
    parser.add_argument("--drop-at", metavar="TEXT", help="closes at a recipient that holds it")
    parser.add_argument("--close-after", type=int, default=0, metavar="N")
    options = parser.parse_args()
    hanging.update(options.hang)
    for reply in options.reply:
        verb, text, times = re.fullmatch(r"([A-Z]+)=(.*?)(?: x(\d+))?", reply, re.DOTALL).groups()
        replies[verb] = [text, int(times) if times else None]


read_options()
threading.Thread(target=obey, daemon=True).start()
serve()
