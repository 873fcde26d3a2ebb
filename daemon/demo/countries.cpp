#include "demo/countries.hpp"

namespace kontor::demo {
namespace {

using enum SchemeKind;

constexpr std::array<Country, country_count> all{{
    {"AT", "de", "de", "EUR", 1.0, 230, Weee, "#c.#n"},
    {"BE", "nl", "fr", "EUR", 1.0, 230, Weee, "AEEA-#c#l"},
    {"BG", "bg", "bg", "BGN", 1.96, 230, Weee, "ИУЕЕО #c.#n"},
    {"HR", "hr", "hr", "EUR", 1.0, 230, Weee, "EE-#c.#n"},
    {"CY", "el", "en", "EUR", 1.0, 240, Weee, "#c/#n"},
    {"CZ", "cs", "cs", "CZK", 25.0, 230, Weee, "EEZ #c.#n"},
    {"DK", "da", "da", "DKK", 7.46, 230, Weee, "#c-#n"},
    {"EE", "et", "et", "EUR", 1.0, 230, Weee, "EES#c#n"},
    {"FI", "fi", "sv", "EUR", 1.0, 230, Weee, "SER #c#l"},
    {"FR", "fr", "fr", "EUR", 1.0, 230, Weee, "EEE#c-#n"},
    {"DE", "de", "de", "EUR", 1.0, 230, Weee, "#c.0#n"},
    {"GR", "el", "el", "EUR", 1.0, 230, Weee, "ΗΗΕ#c.#n"},
    {"HU", "hu", "hu", "HUF", 390.0, 230, Weee, "EEB#c#n"},
    {"IE", "en", "en", "EUR", 1.0, 230, Weee, "#c#l"},
    {"IT", "it", "it", "EUR", 1.0, 230, Weee, "R#c.#n"},
    {"LV", "lv", "lv", "EUR", 1.0, 230, Weee, "EEI #c.#n"},
    {"LT", "lt", "lt", "EUR", 1.0, 230, Weee, "#c.#n."},
    {"LU", "fr", "de", "EUR", 1.0, 230, Weee, "E#c-#l"},
    {"MT", "en", "it", "EUR", 1.0, 230, Weee, "CAT#c-#n"},
    {"NL", "nl", "nl", "EUR", 1.0, 230, Weee, "0#c-0#n"},
    {"PL", "pl", "pl", "PLN", 4.3, 230, Weee, "#c.#n.0"},
    {"PT", "pt", "pt", "EUR", 1.0, 230, Weee, "REEE #c.#n"},
    {"RO", "ro", "ro", "RON", 4.97, 230, Weee, "DEEE#c#l"},
    {"SK", "sk", "sk", "EUR", 1.0, 230, Weee, "#c.0#n"},
    {"SI", "sl", "sl", "EUR", 1.0, 230, Weee, "OEEO-#c#n"},
    {"ES", "es", "es", "EUR", 1.0, 230, Weee, "RAEE #c.#n"},
    {"SE", "sv", "sv", "SEK", 11.4, 230, Weee, "K#c#l"},
    {"GB", "en", "en", "GBP", 0.86, 230, UnitedKingdom, ""},
    {"NO", "no", "no", "NOK", 11.6, 230, Weee, "EE #c#n"},
    {"CH", "de", "fr", "CHF", 0.95, 230, Weee, "VREG-#c#l"},
    {"US", "en", "en", "USD", 1.08, 120, HarmonizedTariff, "#h"},
    {"CA", "en", "fr", "CAD", 1.47, 120, Canada, ""},
    {"MX", "es", "es", "MXN", 19.5, 127, HarmonizedTariff, "#h.01"},
    {"BR", "pt", "pt", "BRL", 5.6, 127, HarmonizedTariff, "#d.00"},
    {"JP", "ja", "ja", "JPY", 162.0, 100, Japan, ""},
    {"KR", "ko", "ko", "KRW", 1480.0, 220, Korea, ""},
    {"IN", "en", "en", "INR", 90.0, 230, India, ""},
    {"AU", "en", "en", "AUD", 1.63, 230, HarmonizedTariff, "#d"},
}};

}  // namespace

std::span<const Country> countries() { return all; }

}  // namespace kontor::demo
