#include "demo/products.hpp"

#include "base/check.hpp"

namespace kontor::demo {
namespace {

using enum Power;

// weight, watts, euros, power, battery, battery share, variant share, variant scale
constexpr std::array<ProductTraits, product_count> traits{{
    {35, 95, 80, 250, 250, 1400, Mains, "none", 0, 0, 1},          // Refrigerator
    {30, 80, 70, 220, 180, 900, Mains, "none", 0, 0, 1},           // Freezer
    {22, 60, 700, 3500, 250, 1600, Mains, "none", 0, 0, 1},        // AirConditioner
    {10, 22, 180, 700, 120, 450, Mains, "none", 0, 0.25, 0.14},    // Dehumidifier; variant: Peltier element
    {7, 16, 1000, 2500, 50, 160, Mains, "none", 0, 0, 1},          // OilRadiator
    {4, 32, 40, 220, 150, 2200, Mains, "none", 0, 0, 1},           // Television
    {2.5, 9, 15, 70, 90, 800, Mains, "none", 0, 0, 1},             // Monitor
    {1.0, 2.9, 30, 140, 300, 2500, Battery, "Li-ion", 1, 0, 1},    // Laptop
    {0.3, 0.8, 8, 25, 90, 1100, Battery, "Li-ion", 1, 0, 1},       // Tablet
    {0.3, 1.1, 4, 12, 40, 160, Usb, "none", 0, 0, 1},              // PhotoFrame
    {0.03, 0.2, 3, 18, 2, 25, Mains, "none", 0, 0, 1},             // LedLamp
    {0.1, 0.4, 14, 58, 3, 15, Mains, "none", 0, 0, 1},             // FluorescentTube
    {0.05, 0.2, 7, 25, 3, 12, Mains, "none", 0, 0, 1},             // EnergySavingLamp
    {55, 85, 1800, 2300, 280, 1300, Mains, "none", 0, 0, 1},       // WashingMachine
    {40, 60, 700, 2700, 300, 1200, Mains, "none", 0, 0, 1},        // TumbleDryer
    {30, 55, 1700, 2300, 260, 1200, Mains, "none", 0, 0, 1},       // Dishwasher
    {28, 45, 2200, 3600, 250, 1300, Mains, "none", 0, 0.25, 0.22}, // Oven; variant: mini oven
    {6, 14, 3000, 7400, 150, 900, Mains, "none", 0, 0, 1},         // Hob
    {12, 24, 250, 450, 80, 260, None, "none", 0, 0, 1},            // SolarPanel
    {35, 120, 900, 1800, 900, 6000, Mains, "none", 0, 0, 1},       // Copier
    {2.2, 7, 350, 900, 60, 500, Mains, "Li-ion", 0.45, 0, 1},      // VacuumCleaner
    {0.9, 2.0, 1800, 3000, 20, 140, Mains, "none", 0, 0, 1},       // Iron
    {1.0, 2.6, 700, 1600, 18, 120, Mains, "none", 0, 0, 1},        // Toaster
    {0.8, 1.6, 1800, 3000, 15, 110, Mains, "none", 0, 0, 1},       // Kettle
    {1.5, 11, 900, 1600, 30, 900, Mains, "none", 0, 0, 1},         // CoffeeMachine
    {10, 19, 700, 1400, 60, 350, Mains, "none", 0, 0, 1},          // Microwave
    {0.4, 0.9, 1200, 2400, 15, 300, Mains, "none", 0, 0, 1},       // HairDryer
    {0.15, 0.4, 3, 10, 25, 350, Battery, "NiMH", 0.9, 0, 1},       // Shaver
    {0.1, 0.35, 1, 5, 15, 250, Battery, "Li-ion", 0.95, 0, 1},     // Toothbrush
    {1.0, 2.8, 300, 900, 40, 350, Mains, "Li-ion", 0.7, 0, 1},     // Drill
    {0.4, 3.5, 4, 30, 20, 250, Mains, "AA", 0.5, 0, 1},            // Radio
    {0.03, 0.35, 0.2, 5, 10, 450, None, "none", 0, 0.45, 1.1},     // Headphones; variant: wireless
    {0.2, 1.2, 2, 8, 70, 2500, Battery, "Li-ion", 1, 0, 1},        // Camera
    {0.3, 2.2, 3, 30, 15, 180, Battery, "NiMH", 0.8, 0, 1},        // ToyCar
    {0.08, 0.3, 0.1, 1, 8, 60, Battery, "AA", 0.9, 0, 1},          // SmokeDetector
    {0.13, 0.24, 5, 40, 100, 1500, Battery, "Li-ion", 1, 0, 1},    // MobilePhone
    {0.2, 0.9, 6, 30, 30, 350, Mains, "none", 0, 0, 1},            // Router
    {4, 11, 15, 450, 60, 450, Mains, "none", 0, 0.2, 3.6},         // Printer; variant: office printer
    {0.4, 1.2, 0.5, 2.5, 12, 180, Usb, "AA", 0.4, 0, 1},           // Keyboard
    {0.05, 0.6, 5, 100, 8, 120, Usb, "Li-ion", 0.4, 0, 1},         // Charger
}};

}  // namespace

std::span<const ProductTraits> product_traits() { return traits; }

Group group_of(Product product, bool variant) {
    switch (product) {
        case Product::Refrigerator:
        case Product::Freezer: return Group::Cooling;
        case Product::AirConditioner: return Group::AirConditioning;
        case Product::Dehumidifier: return variant ? Group::FloorAndTextileCare : Group::AirConditioning;
        case Product::OilRadiator: return Group::OilRadiators;
        case Product::Television: return Group::Televisions;
        case Product::Monitor:
        case Product::PhotoFrame: return Group::Monitors;
        case Product::Laptop:
        case Product::Tablet: return Group::PortableComputers;
        case Product::LedLamp: return Group::LedLamps;
        case Product::FluorescentTube:
        case Product::EnergySavingLamp: return Group::DischargeLamps;
        case Product::WashingMachine:
        case Product::TumbleDryer: return Group::Laundry;
        case Product::Oven: return variant ? Group::SmallKitchen : Group::Cooking;
        case Product::Dishwasher:
        case Product::Hob: return Group::Cooking;
        case Product::SolarPanel: return Group::Solar;
        case Product::Copier: return Group::LargeCopiers;
        case Product::VacuumCleaner:
        case Product::Iron: return Group::FloorAndTextileCare;
        case Product::Toaster:
        case Product::Kettle:
        case Product::CoffeeMachine:
        case Product::Microwave: return Group::SmallKitchen;
        case Product::HairDryer:
        case Product::Shaver:
        case Product::Toothbrush: return Group::PersonalCare;
        case Product::Drill: return Group::Tools;
        case Product::Headphones: return variant ? Group::Phones : Group::AudioAndPhoto;
        case Product::Radio:
        case Product::Camera: return Group::AudioAndPhoto;
        case Product::ToyCar: return Group::Toys;
        case Product::SmokeDetector: return Group::Detectors;
        case Product::MobilePhone: return Group::Phones;
        case Product::Router:
        case Product::Keyboard: return Group::NetworkAndInput;
        case Product::Printer: return variant ? Group::LargeCopiers : Group::SmallPrinters;
        case Product::Charger: return Group::Chargers;
    }
    KONTOR_UNREACHABLE();
}

int category_of(Group group) {
    if (group <= Group::OilRadiators) {
        return 1;
    }
    if (group <= Group::PortableComputers) {
        return 2;
    }
    if (group <= Group::DischargeLamps) {
        return 3;
    }
    if (group <= Group::LargeCopiers) {
        return 4;
    }
    return group <= Group::Detectors ? 5 : 6;
}

}  // namespace kontor::demo
