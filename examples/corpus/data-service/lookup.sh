#!/bin/sh
wc -l < /srv/geo/places.csv
