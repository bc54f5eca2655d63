// How frames come to the node.
#pragma once

#include "ns3/network-module.h"

// Takes what a device has received, in place of the node's own way.
//
// Some segments end ns-3, and some keep it for ever; a run of thousands of cases would be over.
// So only the connection is: where a segment makes ns-3 give up, or would make it loop, nothing
// more is delivered between these two sockets.
bool ReceiveFrame(ns3::Ptr<ns3::NetDevice> device,
                  ns3::Ptr<const ns3::Packet> packet,
                  uint16_t protocol,
                  const ns3::Address& from);
