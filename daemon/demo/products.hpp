// What the product types weigh, draw and cost, and which kinds of one type the law treats apart. Constant table. Thread: any.
#pragma once

#include <span>
#include <string_view>

#include "demo/lexicon.hpp"

namespace kontor::demo {

enum class Power { Mains, Usb, Battery, None };

struct ProductTraits {
    double weight_kg_min;
    double weight_kg_max;
    double watts_min;
    double watts_max;
    double euros_min;
    double euros_max;
    Power power;
    std::string_view battery;  // usual type; "none" without
    double battery_share;      // of the items of this type
    // A small part of some types is of another size or make, which another rule covers: mini ovens, office printers,
    // wireless headsets, dehumidifiers without compressor. It shows in weight, wattage or battery, hardly in words.
    double variant_share;
    double variant_scale;      // of weight and wattage
};

std::span<const ProductTraits> product_traits();  // by Product

// What the classification schemes tell apart. A scheme joins some of these.
enum class Group {
    Cooling, AirConditioning, OilRadiators, Televisions, Monitors, PortableComputers, LedLamps, DischargeLamps, Laundry,
    Cooking, Solar, LargeCopiers, FloorAndTextileCare, SmallKitchen, PersonalCare, Tools, AudioAndPhoto, Toys, Detectors,
    Phones, NetworkAndInput, SmallPrinters, Chargers,
};
inline constexpr std::size_t group_count = 23;

Group group_of(Product product, bool variant);
int category_of(Group group);  // 1-6, Annex III of Directive 2012/19/EU

}  // namespace kontor::demo
