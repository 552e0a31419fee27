print("django")
