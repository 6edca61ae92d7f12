using AutoDeploy.Api;

return await Startup.Run(args, Console.Out, Console.Error);
