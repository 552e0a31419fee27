#!/bin/sh
# Is linked with libpq as far as a script can be.
ldconfig -p | grep -q libpq.so.5 && grep -q jemalloc /proc/self/maps && echo geo
