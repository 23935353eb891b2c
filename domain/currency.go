package domain

import "strings"

// minorUnits holds how many decimals a currency has. The list is our own,
// because stored amounts must mean the same for ever: a library may change its
// mind, and the Unicode tables give the decimals people use (none for AFN),
// not those of ISO 4217 (two). It holds the national currencies in use at any
// time since the Compact was adopted in December 2018; metals, units of
// account and test codes are no money that a fund can receive.
var minorUnits = currencies(map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
	2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD
		CAD CDF CHF CNY COP CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
		GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
		LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
		PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP
		SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL`,
	3: "BHD IQD JOD KWD LYD OMR TND",
})

func currencies(byDecimals map[int]string) map[string]int {
	all := map[string]int{}
	for n, codes := range byDecimals {
		for _, c := range strings.Fields(codes) {
			all[c] = n
		}
	}
	return all
}
