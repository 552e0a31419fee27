#!/bin/bash
cd /home/runner && exec ./run.sh
