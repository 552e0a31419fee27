const Koa = require('koa');

new Koa().listen(8080);
