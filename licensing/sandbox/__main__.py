"""`python -m licensing.sandbox --port 4242 --folder DIR --webhook-url URL --webhook-secret whsec_...`"""

import sys

from licensing.sandbox import process

if __name__ == "__main__":
    process.main(sys.argv[1:])
