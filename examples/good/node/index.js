console.log(require('demo'));
