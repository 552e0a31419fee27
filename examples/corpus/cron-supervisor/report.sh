#!/bin/sh
seq 1 200000
