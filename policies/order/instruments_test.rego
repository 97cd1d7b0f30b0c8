package finance.instruments_test

import data.finance.fixture
import data.finance.instruments

# The same symbol everywhere, so that only the bar under test speaks.
trading(written, symbol) := object.union(fixture.ordered({"symbol": written}), {
	"instrument": {"symbol": symbol},
	"market": {"symbol": symbol},
})

test_crypto_assets_are_barred_whatever_the_letter_case if {
	every written, symbol in {
		"BTC": "BTC",
		"btc": "BTC",
		"Btc": "BTC",
		" bTC ": "BTC",
		"eth": "ETH",
		"xRp": "XRP",
		"btc-usd": "BTC-USD",
		"ETH.X": "ETH.X",
		"btcusd": "BTCUSD",
		"SolUsdT": "SOLUSDT",
		"usdc": "USDC",
	} {
		fixture.denied_only_for(trading(written, symbol), "crypto_barred")
	}
}

test_crypto_is_barred_as_the_currency_that_pays if {
	every currency in ["BTC", "btc", " Eth ", "usdt", "XBT"] {
		fixture.denied_for(fixture.ordered({"currency": currency}), "crypto_barred")
	}
}

test_crypto_is_named_even_when_the_symbol_is_malformed if {
	fixture.denied_for(fixture.ordered({"symbol": "btc/usd"}), "crypto_barred")

	# A long s, which is S in upper case; through JSON, so that it stays an escape here.
	long_s := json.unmarshal(`"\u017fol"`)
	fixture.denied_for(fixture.ordered({"symbol": long_s}), "crypto_barred")
}

test_names_that_only_begin_alike_are_not_barred if {
	every symbol in ["SOLV", "DOTX", "ADAM", "USD"] { fixture.allowed(trading(symbol, symbol)) }
}

test_each_crypto_asset_of_the_data_is_barred_alone_in_a_pair_and_as_a_word if {
	every code, _ in data.order.crypto {
		every written in [code, lower(code), concat("-", [code, "USD"]), concat("", [lower(code), "usd"])] {
			fixture.denied_for(fixture.ordered({"symbol": written}), "crypto_barred")
		}
	}
}

test_the_restricted_list_is_barred_whatever_the_letter_case if {
	every code, _ in data.order.restricted {
		fixture.denied_only_for(trading(code, code), "symbol_restricted")
		fixture.denied_only_for(trading(lower(code), code), "symbol_restricted")
		fixture.denied_only_for(trading(sprintf(" %s.A", [lower(code)]), sprintf("%s.A", [code])), "symbol_restricted")
	}
}

test_restricted_symbols_may_not_be_sold_either if {
	document := object.union(trading("acme", "ACME"), {
		"action": {"arguments": {"side": "SELL"}},
		"client": {"positions": {"ACME": 5000}},
	})
	fixture.denied_only_for(document, "symbol_restricted")
}

test_the_reason_for_a_restriction_is_not_disclosed if {
	reasons := instruments.deny with input as trading("acme", "ACME")
	every reason in reasons {
		not contains(reason.message, data.order.restricted.ACME)
	}
}

test_reference_data_of_another_symbol_is_not_taken if {
	fixture.denied_only_for(fixture.changed({"instrument": {"symbol": "MSFT"}}), "instrument_unknown")
	fixture.denied_only_for(fixture.changed({"instrument": {"symbol": "aapl"}}), "instrument_unknown")
}

test_only_known_classes_are_traded if {
	every class in ["EQUITY", "ETF", "BOND"] { fixture.allowed(fixture.changed({"instrument": {"class": class}})) }
	every class in ["CRYPTO", "crypto", "equity", "OPTION", "", null, 1, ["EQUITY"]] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "instrument/class", class),
			"instrument_unknown",
		)
	}
}

test_the_amount_must_be_in_the_instruments_currency if {
	fixture.denied_only_for(fixture.changed({"instrument": {"currency": "EUR"}}), "currency_mismatch")
	fixture.denied_for(fixture.ordered({"currency": "EUR"}), "currency_mismatch")
}
