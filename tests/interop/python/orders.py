"""The line protocol of the drivers in Python."""

import json
import sys


def obey(orders) -> None:
    """Does what each line on stdin says, with the method of that name."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            reply = getattr(orders, order.pop("do"))(**order)
        except Exception as error:
            reply = {"unbelieved": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
