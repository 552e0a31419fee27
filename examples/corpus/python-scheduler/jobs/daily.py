print('daily')
