RSpec.describe('app') { it('runs') {} }
