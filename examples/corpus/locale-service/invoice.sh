#!/bin/bash
printf "%'.2f\n" 1234,5
