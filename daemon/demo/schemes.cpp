#include "demo/schemes.hpp"

#include <algorithm>
#include <span>

#include "base/check.hpp"
#include "base/prng.hpp"
#include "demo/scheme_tables.hpp"

namespace kontor::demo {
namespace {

std::string lower_first_ascii(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && text.size() > 1 && text[1] >= 'a' && text[1] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

// "Small equipment: vacuum cleaner, steam iron" in the country's language.
std::string title_of(const Lexicon& words, std::string_view heading, const std::vector<Product>& products) {
    std::string title(heading);
    std::string separator = title.empty() ? "" : ": ";
    for (const Product product : products) {
        title += separator + lower_first_ascii(words.products[static_cast<std::size_t>(product)].front());
        separator = ", ";
    }
    return title;
}

std::string replaced(std::string_view style, std::string_view mark, std::string_view by) {
    std::string out(style);
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at + by.size())) {
        out.replace(at, mark.size(), by);
    }
    return out;
}

// The products of some groups; a product whose variant belongs elsewhere is listed where its regular make stands.
std::vector<Product> products_of(const std::vector<Group>& groups) {
    std::vector<Product> all;
    for (std::size_t i = 0; i < product_count; ++i) {
        const auto product = static_cast<Product>(i);
        if (std::find(groups.begin(), groups.end(), group_of(product, false)) != groups.end()) {
            all.push_back(product);
        }
    }
    return all;
}

// Assigns every product by the group that its code covers.
void assign_by_group(Scheme& scheme, const std::vector<std::vector<Group>>& groups) {
    const auto code_of = [&](Group group) {
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (std::find(groups[i].begin(), groups[i].end(), group) != groups[i].end()) {
                return i;
            }
        }
        KONTOR_UNREACHABLE();
    };
    for (std::size_t i = 0; i < product_count; ++i) {
        scheme.regular[i] = code_of(group_of(static_cast<Product>(i), false));
        scheme.variant[i] = code_of(group_of(static_cast<Product>(i), true));
    }
}

// Each country joins the groups of a category in its own way.
std::vector<std::vector<Group>> national_groups(std::uint64_t seed) {
    Prng random(seed);
    std::vector<std::vector<Group>> all;
    for (const std::span<const GroupSplit> choices : weee_splits()) {
        const GroupSplit& chosen = choices[random.below(choices.size())];
        all.insert(all.end(), chosen.begin(), chosen.end());
    }
    return all;
}

Scheme weee_scheme(const Country& country) {
    const Lexicon& words = lexicon(country.language);
    const auto groups = national_groups(stable_hash(country.code));
    Scheme scheme;
    int previous = 0;
    int number = 0;
    for (const std::vector<Group>& covered : groups) {
        const int category = category_of(covered.front());
        number = category == previous ? number + 1 : 1;
        previous = category;
        std::string code = replaced(country.code_style, "#c", std::to_string(category));
        code = replaced(code, "#n", std::to_string(number));
        code = replaced(code, "#l", std::string(1, static_cast<char>('A' + number - 1)));
        const std::string& heading = words.categories[static_cast<std::size_t>(category - 1)];
        scheme.codes.push_back({std::move(code), title_of(words, heading, products_of(covered)), "2018-08-15", ""});
    }
    assign_by_group(scheme, groups);
    return scheme;
}

Scheme tariff_scheme(const Country& country) {
    const Lexicon& words = lexicon(country.language);
    Scheme scheme;
    std::vector<std::string_view> headings;
    const auto index_of = [&](std::string_view heading) {
        const auto found = std::find(headings.begin(), headings.end(), heading);
        if (found != headings.end()) {
            return static_cast<std::size_t>(found - headings.begin());
        }
        headings.push_back(heading);
        return headings.size() - 1;
    };
    for (std::size_t i = 0; i < product_count; ++i) {
        scheme.regular[i] = index_of(tariff_headings()[i].regular);
        scheme.variant[i] = index_of(tariff_headings()[i].variant);
    }
    for (std::size_t h = 0; h < headings.size(); ++h) {
        std::vector<Product> covered;
        for (std::size_t i = 0; i < product_count; ++i) {
            if (scheme.regular[i] == h) {
                covered.push_back(static_cast<Product>(i));
            }
        }
        const std::string dotted = std::string(headings[h].substr(0, 2)) + "." + std::string(headings[h].substr(2));
        std::string code = replaced(replaced(country.code_style, "#h", headings[h]), "#d", dotted);
        scheme.codes.push_back({std::move(code), title_of(words, "", covered), "2022-01-01", ""});
    }
    return scheme;
}

Scheme table_scheme(std::span<const TableCode> table) {
    Scheme scheme;
    std::vector<std::vector<Group>> groups;
    for (const TableCode& row : table) {
        scheme.codes.push_back({std::string(row.code), std::string(row.title), std::string(row.effective_from), ""});
        groups.push_back(row.groups);
    }
    assign_by_group(scheme, groups);
    return scheme;
}

Scheme scheme_in_force(const Country& country) {
    switch (country.scheme) {
        case SchemeKind::Weee: return weee_scheme(country);
        case SchemeKind::HarmonizedTariff: return tariff_scheme(country);
        case SchemeKind::UnitedKingdom: return table_scheme(united_kingdom_codes());
        case SchemeKind::Canada: return table_scheme(canada_codes());
        case SchemeKind::Japan: return table_scheme(japan_codes());
        case SchemeKind::Korea: return table_scheme(korea_codes());
        case SchemeKind::India: return table_scheme(india_codes());
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

Scheme make_scheme(const Country& country) {
    Scheme scheme = scheme_in_force(country);
    scheme.in_force = scheme.codes.size();
    // Category 10 of Directive 2002/96/EC went when the six categories came: a list has a past.
    scheme.codes.push_back({"X10", "Automatic dispensers (withdrawn)", "2005-08-13", "2018-08-15"});
    return scheme;
}

}  // namespace kontor::demo
