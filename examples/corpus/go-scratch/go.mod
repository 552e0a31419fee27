module example.com/exporter

go 1.22

require golang.org/x/net v0.26.0
