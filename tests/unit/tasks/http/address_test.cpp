#include "tasks/http/address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace kontor::tasks::http {
namespace {

bool is_public_text(const std::string& text) {
    Ipv4 four{};
    Ipv6 six{};
    if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
        return is_public(four);
    }
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), six.data()), 1) << text;
    return is_public(six);
}

TEST(Address, ThisHostAndPrivateNetworksAreNotPublic) {
    for (const char* text :
         {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
          "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
          "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
          "2001:db8::1", "2001::1", "100::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1",
          "64:ff9b:1::169.254.169.254", "2002:7f00:1::", "2002:a9fe:a9fe::1", "::1:0:0:1"}) {
        EXPECT_FALSE(is_public_text(text)) << text;
    }
}

TEST(Address, TheRestOfTheWorldIsPublic) {
    for (const char* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.0.1",
                             "172.15.255.255", "172.32.0.0", "192.167.1.1", "198.17.1.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111",
                             "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
        EXPECT_TRUE(is_public_text(text)) << text;
    }
}

}  // namespace
}  // namespace kontor::tasks::http
