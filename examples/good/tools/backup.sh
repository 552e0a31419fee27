#!/bin/sh
sqlite3 "$1" .dump
