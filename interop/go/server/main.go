// A server of greet.Greeter and user.UserService on a free port of the loopback, which it prints.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // takes and gives what is compressed with it
	"google.golang.org/grpc/status"

	greet "interop/greet"
	user "interop/user"
)

var users = []*user.UserResponse{
	{Id: 1, Name: "Alice", Email: "alice@example.com"},
	{Id: 2, Name: "Bob", Email: "bob@example.com"},
	{Id: 3, Name: "Carol", Email: "carol@example.com"},
}

var pages = map[int32][]*user.UserResponse{1: users[:2], 2: users[2:]}

type greeter struct {
	greet.UnimplementedGreeterServer
}

func (greeter) SayHello(_ context.Context, request *greet.HelloRequest) (*greet.HelloReply, error) {
	return &greet.HelloReply{Message: "Hello, " + request.Name + "!"}, nil
}

type userService struct {
	user.UnimplementedUserServiceServer
}

func (userService) GetUser(_ context.Context, request *user.GetUserRequest) (*user.UserResponse, error) {
	for _, one := range users {
		if one.Id == request.Id {
			return one, nil
		}
	}
	return nil, status.Error(codes.NotFound, "User not found")
}

func (userService) ListUsers(request *user.ListUsersRequest, stream user.UserService_ListUsersServer) error {
	for _, one := range pages[request.Page] {
		if err := stream.Send(&user.UserResponse{Id: one.Id, Name: one.Name}); err != nil {
			return err
		}
	}
	return nil
}

func (userService) CreateUsers(stream user.UserService_CreateUsersServer) error {
	result := &user.BatchResult{}
	for {
		_, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(result)
		}
		if err != nil {
			return err
		}
		result.Created++
		result.Ids = append(result.Ids, 100+result.Created)
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	greet.RegisterGreeterServer(server, greeter{})
	user.RegisterUserServiceServer(server, userService{})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}
