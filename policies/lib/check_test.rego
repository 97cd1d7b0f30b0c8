package lib.check_test

import data.finance.fixture
import data.lib.check

test_positive if {
	every value in [1, 0.01, 1e9, 5000.0000000000000001] { check.positive(value) }
	every value in [0, -0.01, -1] { not check.positive(value) }
	every value in fixture.not_numbers { not check.positive(value) }
}

test_not_negative if {
	every value in [0, 0.01, 1] { check.not_negative(value) }
	every value in [-0.01, -1] { not check.not_negative(value) }
	every value in fixture.not_numbers { not check.not_negative(value) }
}

test_filled if {
	every value in ["a", " ", "0"] { check.filled(value) }
	not check.filled("")
	every value in fixture.not_texts { not check.filled(value) }
}

test_instant if {
	every value in [1, 1795446000000000000] { check.instant(value) }
	every value in [0, -1, 1.5, 9000000000000000000, 1e30] { not check.instant(value) }
	every value in fixture.not_numbers { not check.instant(value) }
}
