def test_site():
    assert True
