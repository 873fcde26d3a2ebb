#include "demo/scheme_tables.hpp"

namespace kontor::demo {

using enum Group;

const std::array<std::vector<GroupSplit>, category_count>& weee_splits() {
    static const std::array<std::vector<GroupSplit>, category_count> splits{{
        {{{Cooling}, {AirConditioning}, {OilRadiators}}, {{Cooling}, {AirConditioning, OilRadiators}}, {{Cooling, AirConditioning}, {OilRadiators}}},
        {{{Televisions}, {Monitors}, {PortableComputers}}, {{Televisions, Monitors}, {PortableComputers}}, {{Televisions}, {Monitors, PortableComputers}}},
        {{{LedLamps}, {DischargeLamps}}, {{LedLamps, DischargeLamps}}},
        {{{Laundry}, {Cooking}, {Solar}, {LargeCopiers}}, {{Laundry, Cooking}, {Solar}, {LargeCopiers}}, {{Laundry, Cooking, LargeCopiers}, {Solar}}},
        {{{FloorAndTextileCare}, {SmallKitchen}, {PersonalCare}, {Tools}, {AudioAndPhoto}, {Toys, Detectors}},
         {{FloorAndTextileCare, SmallKitchen, PersonalCare}, {Tools}, {AudioAndPhoto}, {Toys}, {Detectors}},
         {{FloorAndTextileCare, SmallKitchen}, {PersonalCare, Detectors}, {Tools, Toys}, {AudioAndPhoto}}},
        {{{Phones}, {NetworkAndInput, SmallPrinters}, {Chargers}}, {{Phones}, {NetworkAndInput, SmallPrinters, Chargers}}, {{Phones, Chargers}, {NetworkAndInput}, {SmallPrinters}}},
    }};
    return splits;
}

std::span<const Headings> tariff_headings() {
    static constexpr std::array<Headings, product_count> headings{{
        {"8418", "8418"}, {"8418", "8418"}, {"8415", "8415"}, {"8479", "8509"}, {"8516", "8516"},  // cooling, climate, heating
        {"8528", "8528"}, {"8528", "8528"}, {"8471", "8471"}, {"8471", "8471"}, {"8528", "8528"},  // screens, computers
        {"8539", "8539"}, {"8539", "8539"}, {"8539", "8539"}, {"8450", "8450"}, {"8451", "8451"},  // lamps, laundry
        {"8422", "8422"}, {"8516", "8516"}, {"8516", "8516"}, {"8541", "8541"}, {"8443", "8443"},  // dishes, cooking, solar, copiers
        {"8508", "8508"}, {"8516", "8516"}, {"8516", "8516"}, {"8516", "8516"}, {"8516", "8516"},  // vacuum cleaners, small heat
        {"8516", "8516"}, {"8516", "8516"}, {"8510", "8510"}, {"8509", "8509"}, {"8467", "8467"},  // personal care, drills
        {"8527", "8527"}, {"8518", "8517"}, {"8525", "8525"}, {"9503", "9503"}, {"8531", "8531"},  // audio, cameras, toys, alarms
        {"8517", "8517"}, {"8517", "8517"}, {"8443", "8443"}, {"8471", "8471"}, {"8504", "8504"},  // phones, printers, chargers
    }};
    return headings;
}

std::span<const TableCode> united_kingdom_codes() {
    static const std::vector<TableCode> codes{
        {"1", "Large household appliances", "2014-01-01", {Laundry, Cooking, OilRadiators}},
        {"2", "Small household appliances", "2014-01-01", {FloorAndTextileCare, SmallKitchen, PersonalCare}},
        {"3", "IT and telecommunications equipment", "2014-01-01", {LargeCopiers, Phones, NetworkAndInput, SmallPrinters, Chargers}},
        {"4", "Consumer equipment", "2014-01-01", {AudioAndPhoto}},
        {"6", "Electrical and electronic tools", "2014-01-01", {Tools}},
        {"7", "Toys, leisure and sports equipment", "2014-01-01", {Toys}},
        {"9", "Monitoring and control instruments", "2014-01-01", {Detectors}},
        {"11", "Display equipment", "2014-01-01", {Televisions, Monitors, PortableComputers}},
        {"12", "Cooling appliances containing refrigerants", "2014-01-01", {Cooling, AirConditioning}},
        {"13", "Gas discharge lamps and LED light sources", "2014-01-01", {LedLamps, DischargeLamps}},
        {"14", "Photovoltaic panels", "2014-01-01", {Solar}},
    };
    return codes;
}

std::span<const TableCode> canada_codes() {
    static const std::vector<TableCode> codes{
        {"E-DISPLAY", "Display devices", "2012-04-01", {Televisions, Monitors}},
        {"E-PORTABLE", "Portable computers", "2012-04-01", {PortableComputers}},
        {"E-PERIPH", "Computer peripherals and modems", "2012-04-01", {NetworkAndInput, Chargers}},
        {"E-PRINT", "Printers and copiers for home and office", "2012-04-01", {SmallPrinters, LargeCopiers}},
        {"E-CELL", "Cellular devices and headsets", "2012-04-01", {Phones}},
        {"E-AUDIO", "Home audio and video, cameras", "2012-04-01", {AudioAndPhoto}},
        {"A-COOL", "Large appliances with refrigerant", "2012-07-01", {Cooling, AirConditioning}},
        {"A-LARGE", "Large appliances without refrigerant", "2012-07-01", {Laundry, Cooking}},
        {"A-SMALL", "Small kitchen, floor and textile care appliances", "2012-07-01", {SmallKitchen, FloorAndTextileCare}},
        {"A-CARE", "Personal care appliances", "2012-07-01", {PersonalCare}},
        {"A-HEAT", "Portable heating", "2012-07-01", {OilRadiators}},
        {"L-LED", "Light-emitting diode lamps", "2012-10-01", {LedLamps}},
        {"L-MERC", "Mercury-containing lamps", "2012-10-01", {DischargeLamps}},
        {"S-ALARM", "Smoke and carbon monoxide alarms", "2012-10-01", {Detectors}},
        {"T-TOOL", "Power tools", "2012-07-01", {Tools}},
        {"T-TOY", "Electrical toys", "2012-07-01", {Toys}},
        {"PV", "Photovoltaic modules", "2022-01-01", {Solar}},
    };
    return codes;
}

std::span<const TableCode> japan_codes() {
    static const std::vector<TableCode> codes{
        {"家電-1", "家電リサイクル法 エアコン・空調機器", "2001-04-01", {AirConditioning}},
        {"家電-2", "家電リサイクル法 テレビ", "2004-04-01", {Televisions}},
        {"家電-3", "家電リサイクル法 冷蔵庫・冷凍庫", "2001-04-01", {Cooling}},
        {"家電-4", "家電リサイクル法 洗濯機・衣類乾燥機", "2009-04-01", {Laundry}},
        {"小型-01", "小型家電 電話機・携帯電話端末", "2013-04-01", {Phones}},
        {"小型-04", "小型家電 映像用機器・音響機器・カメラ", "2013-04-01", {AudioAndPhoto}},
        {"小型-07", "小型家電 パーソナルコンピュータ", "2013-04-01", {PortableComputers}},
        {"小型-08", "小型家電 プリンターその他の印刷用機器", "2013-04-01", {SmallPrinters, LargeCopiers}},
        {"小型-09", "小型家電 ディスプレイ", "2013-04-01", {Monitors}},
        {"小型-11", "小型家電 電球・蛍光灯照明", "2013-04-01", {LedLamps, DischargeLamps}},
        {"小型-12", "小型家電 台所用電気機械器具", "2013-04-01", {SmallKitchen, Cooking}},
        {"小型-13", "小型家電 掃除機・アイロン等", "2013-04-01", {FloorAndTextileCare, OilRadiators}},
        {"小型-14", "小型家電 理容用・衛生用機器", "2013-04-01", {PersonalCare}},
        {"小型-17", "小型家電 電動工具", "2013-04-01", {Tools}},
        {"小型-20", "小型家電 電動式玩具", "2013-04-01", {Toys}},
        {"小型-24", "小型家電 防犯・防災機器", "2013-04-01", {Detectors}},
        {"小型-28", "小型家電 附属品・充電器・通信機器", "2013-04-01", {Chargers, NetworkAndInput}},
        {"PV", "太陽光発電設備", "2022-07-01", {Solar}},
    };
    return codes;
}

std::span<const TableCode> korea_codes() {
    static const std::vector<TableCode> codes{
        {"A01", "온도교환기기 냉장고·냉동고", "2020-01-01", {Cooling}},
        {"A02", "온도교환기기 에어컨·제습기", "2020-01-01", {AirConditioning}},
        {"B01", "디스플레이기기 텔레비전", "2020-01-01", {Televisions}},
        {"B02", "디스플레이기기 모니터·노트북", "2020-01-01", {Monitors, PortableComputers}},
        {"C01", "통신·사무기기 휴대폰", "2020-01-01", {Phones}},
        {"C02", "통신·사무기기 프린터·복사기", "2020-01-01", {SmallPrinters, LargeCopiers}},
        {"C03", "통신·사무기기 공유기·키보드·충전기", "2020-01-01", {NetworkAndInput, Chargers}},
        {"D01", "일반전기전자제품 세탁기·건조기", "2020-01-01", {Laundry}},
        {"D02", "일반전기전자제품 조리기기", "2020-01-01", {Cooking, SmallKitchen}},
        {"D03", "일반전기전자제품 청소기·다리미·히터", "2020-01-01", {FloorAndTextileCare, OilRadiators}},
        {"D04", "일반전기전자제품 개인위생기기", "2020-01-01", {PersonalCare}},
        {"D05", "일반전기전자제품 음향·영상기기", "2020-01-01", {AudioAndPhoto}},
        {"D06", "일반전기전자제품 공구·완구·경보기", "2020-01-01", {Tools, Toys, Detectors}},
        {"E01", "조명제품", "2020-01-01", {LedLamps, DischargeLamps}},
        {"F01", "태양광 패널", "2023-01-01", {Solar}},
    };
    return codes;
}

std::span<const TableCode> india_codes() {
    static const std::vector<TableCode> codes{
        {"ITEW3", "Personal computing: laptop, notebook and tablet computers", "2023-04-01", {PortableComputers}},
        {"ITEW6", "Printers including cartridges, copying equipment", "2023-04-01", {SmallPrinters, LargeCopiers}},
        {"ITEW15", "Cellular telephones and headsets", "2023-04-01", {Phones}},
        {"ITEW20", "Routers, modems, input devices and accessories", "2023-04-01", {NetworkAndInput, Chargers}},
        {"CEEW1", "Television sets and monitors", "2023-04-01", {Televisions, Monitors}},
        {"CEEW2", "Refrigerators and freezers", "2023-04-01", {Cooling}},
        {"CEEW3", "Washing machines and dryers", "2023-04-01", {Laundry}},
        {"CEEW4", "Air conditioners, dehumidifiers", "2023-04-01", {AirConditioning}},
        {"CEEW5", "Fluorescent and other mercury-containing lamps, LED lamps", "2023-04-01", {DischargeLamps, LedLamps}},
        {"CEEW7", "Electric cooking and dish washing appliances", "2023-04-01", {Cooking, SmallKitchen}},
        {"CEEW8", "Vacuum cleaners, irons, heaters", "2023-04-01", {FloorAndTextileCare, OilRadiators}},
        {"CEEW9", "Hair dryers, shavers, toothbrushes", "2023-04-01", {PersonalCare}},
        {"CEEW14", "Solar panels and cells", "2023-04-01", {Solar}},
        {"CEEW16", "Radio sets, cameras and audio equipment", "2023-04-01", {AudioAndPhoto}},
        {"EETW1", "Drills and other electrical tools", "2023-04-01", {Tools}},
        {"TLSEW1", "Electrical toys, leisure and sports equipment", "2023-04-01", {Toys}},
        {"LIW1", "Smoke detectors and other instruments", "2023-04-01", {Detectors}},
    };
    return codes;
}

}  // namespace kontor::demo
