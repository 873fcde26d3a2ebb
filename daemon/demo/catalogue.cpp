#include "demo/catalogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "demo/products.hpp"
#include "demo/typos.hpp"

namespace kontor::demo {
namespace {

// Shares that make the catalogue as hard as real ones are: a good model reaches a macro-F1 of about 0.9, never 1.
constexpr double wrong_label_share = 0.025;
constexpr double brand_only_title_share = 0.13;  // "Norvik KX-4520": what it is must be read elsewhere
constexpr double accessory_title_share = 0.06;   // names a second product: "charger for laptop"
constexpr double no_description_share = 0.18;
constexpr double vague_description_share = 0.35;  // features only
constexpr double typo_share = 0.07;
constexpr double duplicate_share = 0.015;
constexpr double broken_share = 0.006;
constexpr double popularity_exponent = 0.75;

constexpr std::array<std::string_view, 48> brands{
    "Norvik", "Altherm", "Brisko", "Calduro", "Domelia", "Elvara", "Fjordtek", "Gravion", "Helmora", "Istria", "Jutland", "Kelvano",
    "Lumetta", "Maravel", "Nimbusio", "Ostara", "Pellegra", "Quantiva", "Rovella", "Sanduro", "Tekniva", "Ultimark", "Velmont", "Wintera",
    "Xandor", "Yarrowa", "Zephira", "Arcadine", "Bolmera", "Corvanta", "Deltrix", "Emberon", "Falkona", "Glimmera", "Hoshiba", "Ixelon",
    "Junipera", "Kobaltis", "Lyrano", "Mitsora", "Novatron", "Orlando Tec", "Pixeria", "Qubora", "Rheinova", "Solvanta", "Tamuro", "Vox&Co"};

template <class Range>
const auto& pick(const Range& range, Prng& random) {
    return range[static_cast<std::size_t>(random.below(range.size()))];
}

bool chance(Prng& random, double share) { return random.unit() < share; }

// Between the bounds, small values as often as large ones.
double log_uniform(Prng& random, double low, double high) { return low * std::pow(high / low, random.unit()); }

void set_number(std::string& out, double value, int digits) {
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits).ptr;
    out.assign(text.data(), end);
}

void append_padded(std::string& out, std::int64_t number) {
    const std::string digits = std::to_string(number);
    out.append(digits.size() < 7 ? 7 - digits.size() : 0, '0');
    out += digits;
}

}  // namespace

struct CountryCatalogue::Draft {
    Prng random;
    ItemKind kind;
    Product product = Product::Refrigerator;
    bool variant = false;
    const Lexicon* words = nullptr;
};

CountryCatalogue::CountryCatalogue(const Country& country, std::uint64_t seed, std::string period)
    : country_(country), seed_(stable_hash(country.code, seed ^ 0x6b6f6e746f72ULL)), period_(std::move(period)),
      scheme_(make_scheme(country)), words_(lexicon(country.language)), second_words_(lexicon(country.second_language)),
      english_(lexicon("en")) {
    // Which product sells best differs by country; how steeply the rest falls off does not.
    std::array<std::size_t, product_count> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    Prng random(stable_hash(country.code));
    for (std::size_t i = product_count - 1; i > 0; --i) {
        std::swap(order[i], order[static_cast<std::size_t>(random.below(i + 1))]);
    }
    for (std::size_t rank = 0; rank < product_count; ++rank) {
        popularity_[order[rank]] = std::pow(static_cast<double>(rank + 1), -popularity_exponent);
    }
    std::partial_sum(popularity_.begin(), popularity_.end(), popularity_.begin());
}

Product CountryCatalogue::draw_product(Prng& random) const {
    const double drawn = random.unit() * popularity_.back();
    const auto found = std::upper_bound(popularity_.begin(), popularity_.end(), drawn);
    return static_cast<Product>(std::min<std::ptrdiff_t>(found - popularity_.begin(), product_count - 1));
}

const Lexicon& CountryCatalogue::draw_language(Prng& random) const {
    const double drawn = random.unit();
    return drawn < 0.80 ? words_ : drawn < 0.93 ? second_words_ : english_;
}

void CountryCatalogue::name_item(ItemKind kind, std::int64_t number, Item& item) const {
    item.item_id.assign(country_.code);
    item.item_id += kind == ItemKind::Labelled ? "-L" : "-S" + period_ + "-";
    append_padded(item.item_id, number);
}

void CountryCatalogue::make(ItemKind kind, std::int64_t number, Item& item) const {
    // Twice through the generator: neighbouring numbers must not give neighbouring, overlapping sequences.
    Prng start(seed_ + static_cast<std::uint64_t>(number) * 2 + (kind == ItemKind::Sold ? 1 : 0));
    Prng random(start.next());
    // A duplicate is the row before it once more: with the same id (sent twice) or under a new one (entered twice).
    if (number > 1 && chance(random, duplicate_share)) {
        make(kind, number - 1, item);
        if (chance(random, 0.5)) {
            name_item(kind, number, item);
        }
        return;
    }
    Draft draft{random, kind};
    draft.product = draw_product(draft.random);
    draft.variant = chance(draft.random, product_traits()[static_cast<std::size_t>(draft.product)].variant_share);
    draft.words = &draw_language(draft.random);

    name_item(kind, number, item);
    describe(draft, item);
    measure(draft, item);
    item.code.clear();
    item.units.clear();
    if (kind == ItemKind::Labelled) {
        label(draft, item);
    } else {
        item.units = std::to_string(static_cast<std::int64_t>(log_uniform(draft.random, 1.0, 400.0)));
    }
    spoil(draft, item);
}

void CountryCatalogue::describe(Draft& draft, Item& item) const {
    Prng& random = draft.random;
    const Lexicon& words = *draft.words;
    const auto product = static_cast<std::size_t>(draft.product);
    // Each product comes from a dozen makers, the first of them more often: the brand says something, not everything.
    const std::size_t maker = std::min(random.below(12), random.below(12));
    item.brand.assign(brands[(product * 7 + maker * 5) % brands.size()]);

    std::string model{static_cast<char>('A' + random.below(26)), static_cast<char>('A' + random.below(26)), '-'};
    model += std::to_string(100 + random.below(9900));
    const std::string& name = pick(words.products[product], random);
    const std::string& adjective = pick(words.adjectives, random);
    const double style = random.unit();
    if (style < brand_only_title_share) {
        item.title = item.brand + " " + model;
    } else if (style < brand_only_title_share + accessory_title_share) {
        const auto other = static_cast<std::size_t>(random.below(product_count));
        item.title = item.brand + " " + name + " " + words.for_word + " " + words.products[other].front();
    } else if (style < 0.5) {
        item.title = name + " " + item.brand + " " + model + " " + adjective;
    } else {
        item.title = item.brand + " " + model + " " + name + (style < 0.8 ? ", " + adjective : "");
    }

    item.description.clear();
    if (!chance(random, no_description_share)) {
        if (!chance(random, vague_description_share)) {
            item.description = pick(words.products[product], random) + ", ";
        }
        item.description += adjective + ", " + pick(words.features, random) + ", " + pick(words.features, random);
    }
}

void CountryCatalogue::measure(Draft& draft, Item& item) const {
    Prng& random = draft.random;
    const ProductTraits& traits = product_traits()[static_cast<std::size_t>(draft.product)];
    const double scale = draft.variant ? traits.variant_scale : 1.0;
    const bool battery = chance(random, traits.battery_share) || (draft.variant && draft.product == Product::Headphones);
    const double price = log_uniform(random, traits.euros_min, traits.euros_max) * country_.units_per_euro;
    set_number(item.price, country_.units_per_euro > 100 ? std::round(price / 10) * 10 : price, country_.units_per_euro > 100 ? 0 : 2);
    set_number(item.weight_kg, log_uniform(random, traits.weight_kg_min, traits.weight_kg_max) * scale, 2);
    const double watts = log_uniform(random, traits.watts_min, traits.watts_max) * scale;
    set_number(item.wattage, watts, watts < 10 ? 1 : 0);
    const bool from_mains = traits.power == Power::Mains && !(battery && chance(random, 0.7));
    switch (traits.power) {
        case Power::Mains: item.voltage = from_mains ? std::to_string(country_.mains_volts) : "18"; break;
        case Power::Usb: item.voltage = "5"; break;
        case Power::Battery: item.voltage = chance(random, 0.5) ? "5" : "3.7"; break;
        case Power::None: item.voltage = "0"; break;
    }
    item.battery.assign(!battery ? "none" : traits.battery == "none" ? "Li-ion" : traits.battery);
}

void CountryCatalogue::label(Draft& draft, Item& item) const {
    const auto product = static_cast<std::size_t>(draft.product);
    std::size_t code = draft.variant ? scheme_.variant[product] : scheme_.regular[product];
    if (chance(draft.random, wrong_label_share)) {
        code = static_cast<std::size_t>(draft.random.below(scheme_.in_force));
    }
    item.code = scheme_.codes[code].code;
}

void CountryCatalogue::spoil(Draft& draft, Item& item) const {
    Prng& random = draft.random;
    if (chance(random, typo_share)) {
        misspell(item.title, random);
    }
    if (chance(random, 0.03)) {
        item.title.insert(0, "  ");
    }
    const std::array<std::pair<std::string*, double>, 6> missing{{{&item.brand, 0.05}, {&item.weight_kg, 0.06}, {&item.voltage, 0.08},
                                                                  {&item.wattage, 0.10}, {&item.battery, 0.05}, {&item.price, 0.02}}};
    for (const auto& [field, share] : missing) {
        if (chance(random, share)) {
            field->clear();
        }
    }
    if (!chance(random, broken_share)) {
        return;
    }
    switch (random.below(draft.kind == ItemKind::Labelled ? 6 : 4)) {
        case 0: item.item_id.clear(); break;
        case 1: item.price = "on request"; break;
        case 2: item.weight_kg = "approx. 2 kg"; break;
        case 3: item.wattage = item.wattage + " W max"; break;
        case 4: item.code = "UNKNOWN-99"; break;
        case 5: item.code.clear(); break;
    }
}

}  // namespace kontor::demo
