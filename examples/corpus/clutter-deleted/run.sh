#!/bin/sh
echo "site $(cat VERSION)"
