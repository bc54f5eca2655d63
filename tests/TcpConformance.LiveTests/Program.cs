using TcpConformance.LiveTests.Tap;

// The tests start this assembly as a program, where a process of its own is what is tested.
return args switch
{
    ["hold"] => TapOwner.Hold(),
    ["user-namespace"] => TapOwner.EnterUserNamespace(),
    ["measure"] => LinkSpeed.Print(),
    _ => 2,
};
