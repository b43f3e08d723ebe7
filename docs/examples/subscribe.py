#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints what the sink "zeromq" publishes: the topic, and the reading as a line of JSON.

subscribe.py [ENDPOINT [TOPIC_PREFIX]]   needs python3-zmq and python3-msgpack
"""
import json, signal, sys
import msgpack, zmq

for end in signal.SIGINT, signal.SIGPIPE:
    signal.signal(end, signal.SIG_DFL)
endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:5556"
prefix = sys.argv[2] if len(sys.argv) > 2 else "metergate/1/"
socket = zmq.Context().socket(zmq.SUB)
socket.connect(endpoint)
socket.setsockopt_string(zmq.SUBSCRIBE, prefix)
while True:
    topic, payload = socket.recv_multipart()
    reading = msgpack.unpackb(payload)
    print(topic.decode(), json.dumps(reading, ensure_ascii=False), flush=True)
