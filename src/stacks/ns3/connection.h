// A socket of ns-3 whose timers may give up without ending the simulation.
#pragma once

#include "guard.h"

#include "ns3/internet-module.h"
#include "ns3/network-module.h"

// What ns-3 has for itself and not for its users is here, too: an ABORT, and two sockets with one
// port.
class Connection : public ns3::TcpSocketBase
{
  public:
    static ns3::TypeId GetTypeId();

    // As TcpL4Protocol makes one, with the congestion control of RFC 5681 and RFC 6582.
    static ns3::Ptr<Connection> Make(ns3::Ptr<ns3::Node> node);

    // A RST, and no more of the connection.
    void Reset();

    // No more of the connection.
    void Forget();

    // Binds a socket to a pair, or to all peers of an address.
    bool Claim(const ns3::Address& own, const ns3::Address* peer);

    TcpStates_t State() const;

  protected:
    ns3::Ptr<ns3::TcpSocketBase> Fork() override;
    void CompleteFork(ns3::Ptr<ns3::Packet> packet,
                      const ns3::TcpHeader& header,
                      const ns3::Address& from,
                      const ns3::Address& to) override;
    void ReTxTimeout() override;
    void DelAckTimeout() override;
    void LastAckTimeout() override;
    void PersistTimeout() override;
};
