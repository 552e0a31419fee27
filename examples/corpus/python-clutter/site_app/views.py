def index(request):
    return 'index'
