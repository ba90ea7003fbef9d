"""connect.py PORT SENT RECEIVED: a TCP connection on 127.0.0.1 over which so many bytes go from the client and to it."""
import socket
import sys

port, sent, received = (int(argument) for argument in sys.argv[1:])
with socket.create_server(("127.0.0.1", port)) as server:
    client = socket.create_connection(("127.0.0.1", port))
    peer, _ = server.accept()
    client.sendall(b"x" * sent)
    peer.recv(sent, socket.MSG_WAITALL)
    peer.sendall(b"y" * received)
    client.recv(received, socket.MSG_WAITALL)
    client.close()
    peer.recv(1)
    peer.close()
