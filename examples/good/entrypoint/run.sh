#!/bin/sh
. ./lib/hello.sh
