import demo

print(demo.NAME)
