# SPDX-License-Identifier: MIT
"""What leaves through each kind of sink, and what the simulator's log says, in one comparable form.

A record is a dictionary with name, quantity, unit, function, storage, tariff, subunit and value; sinks that do not
carry all of these give what they have. A value is a Decimal or, for dates and texts, a string.
"""

import csv
import re
from decimal import Decimal

KEYS = ("name", "quantity", "unit", "function", "storage", "tariff", "subunit")
WORDS = ("date", "datetime", "time", "customer", "customer-location")  # quantities whose values are texts


def truth_of(answer):
    """The records of one line of the simulator's log."""
    records = []
    for value in answer["values"]:
        record = {key: value[key] for key in KEYS}
        record["value"] = value["value"] if value["quantity"] in WORDS else Decimal(value["value"])
        records.append(record)
    return records


class Truth:
    """The numbers that simulated meters built their telegrams from."""

    def __init__(self, *simulators):
        self.by_telegram, self.answers = {}, []
        for simulator in simulators:
            for line in simulator.log():
                if line["event"] == "answer" and line["values"]:
                    self.answers.append(line)
                    self.by_telegram[line["telegram"].upper()] = truth_of(line)

    def of(self, telegrams):
        """The records of a readout of one or several telegrams."""
        return [record for telegram in telegrams for record in self.by_telegram[telegram.upper()]]


def _meant(record):
    """False for DIF 1Fh without data: it says that another telegram follows, and has no value."""
    return record["quantity"] != "manufacturer-data" or record["value"] != ""


def _number(value):
    return value if isinstance(value, str) else Decimal(value)


def json_records(message):
    """Of a JSON reading whose numbers were read as int and Decimal."""
    return [dict({key: r[key] for key in KEYS}, value=_number(r["value"])) for r in message["records"] if _meant(r)]


def _msgpack_value(record):
    """A float comes with the exact number beside it; both have to say the same."""
    value = record["value"]
    if isinstance(value, float):
        number = Decimal(record["mantissa"]).scaleb(record["exponent"])
        assert float(number) == value, record
        return number
    return _number(value)


def msgpack_records(message):
    return [dict({key: r[key] for key in KEYS}, value=_msgpack_value(r)) for r in message["records"] if _meant(r)]


CSV_COLUMNS = ["time", "gateway", "bus", "device", "meter_id", "manufacturer", "medium", "name", "function", "storage",
               "tariff", "subunit", "quantity", "unit", "value", "quality"]


def csv_readings(path):
    """The readings of a CSV file, as messages with time, bus, device, meter id and records."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[0] == CSV_COLUMNS, rows[0]
    messages = []
    for values in rows[1:]:
        assert len(values) == len(CSV_COLUMNS), values
        row = dict(zip(CSV_COLUMNS, values))
        if row["quantity"] == "" or not _meant(row):
            continue  # a row about an event, or without a value
        assert row["quality"] == "good", row
        source = {key: row[key] for key in ("time", "gateway", "bus", "device", "meter_id")}
        record = {key: row[key] for key in KEYS}
        record.update({key: int(row[key]) for key in ("storage", "tariff", "subunit")})
        record["value"] = row["value"] if row["quantity"] in WORDS else Decimal(row["value"])
        if not messages or {key: messages[-1][key] for key in source} != source:
            messages.append(dict(source, records=[]))
        messages[-1]["records"].append(record)
    return messages


_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?: (\S+))?")


def _syslog_record(name, text):
    match = _NUMBER.fullmatch(text)
    if match:
        return {"name": name, "unit": match.group(2) or "", "value": Decimal(match.group(1))}
    return {"name": name, "unit": "", "value": text}


def syslog_reading(message):
    """Of a message of RFC 5424; what stands in its structured data. Events have no records."""
    data = dict(message.elements["metergate@32473"])
    found = {key: data.pop(key, None) for key in ("gateway", "bus", "device", "meter-id", "meter-manufacturer",
                                                 "meter-medium", "run", "seq", "device-seq")}
    found["type"], found["seq"] = message.kind, int(found["seq"])
    found["records"] = [_syslog_record(name, text) for name, text in data.items() if text != ""]
    # What people read says the same.
    for name, text in data.items():
        quoted = '"%s"' % text if " " in text and not _NUMBER.fullmatch(text) else text
        assert " %s=%s" % (name, quoted) in message.message, (name, message.message)
    return found
